package sshrpc

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"time"
)

// program is Command under another name: embedded as Command, it would clash with the method Shell.Command.
type program = Command

// A Shell is the account's login shell, by default on a terminal, for programs that type and read as a person would.
// It has all methods and fields of a Command: Stdin is what is typed, Stdout what is shown. Expect, Command and Read
// read from Stdout; don't read from it directly beside them. One goroutine at a time may call these three.
type Shell struct {
	*program

	// Prompt is the shell's prompt, by which a Command recognizes the end of its output: a string, or a
	// *regexp.Regexp, that matches the whole last line. If it is nil, the first Command finds it out by typing
	// an empty line and seeing what is shown again.
	Prompt any

	// Pager matches the last line when a device waits at the end of a page; a Command then types a space. If it
	// is nil, "--More--" in the various forms of devices is recognized.
	Pager *regexp.Regexp

	// Within is how long a Command may take; 0 means 30 seconds.
	Within time.Duration

	held   []byte // read, and not given yet
	prompt *regexp.Regexp
}

// A Match is what Shell.Expect found.
type Match struct {
	Index  int      // which of the patterns it was, from 0
	Before string   // what was shown before the match
	Text   string   // what matched; "" for io.EOF
	Groups []string // the groups of a *regexp.Regexp
}

// Bytes: the most that Expect keeps without a match.
const maxHeldTalk = 16 << 20

// Shell starts a login shell. The option OnPTY sets its terminal, which is by default an "xterm" of 80 × 24; NoPTY
// asks for none. The other options are those of Start. When ctx ends, the shell is ended.
//
// Errors: those of Start.
func (s *Session) Shell(ctx context.Context, options ...RunOption) (*Shell, error) {
	o := runOptionsOf(options)
	o.stdinPipe = o.stdin == nil
	params := s.programParams(ctx, o)
	if o.noPTY {
		params.PTY = false
	}
	command, err := s.start(ctx, methodSessionShell, params, o)
	if err != nil {
		return nil, err
	}
	return &Shell{program: command}, nil
}

// Subsystem starts a subsystem of the server (RFC 4254 §6.5), as "netconf". All else is as for Start; the option
// StdinPipe is mostly needed.
//
// Errors: those of Start. If the server has no such subsystem, Wait and the readers give ErrChannelRequestDenied.
func (s *Session) Subsystem(ctx context.Context, name string, options ...RunOption) (*Command, error) {
	o := runOptionsOf(options)
	params := s.programParams(ctx, o)
	params.Name = name
	return s.start(ctx, methodSessionSubsystem, params, o)
}

// Resize changes the size of the command's terminal (RFC 4254 §6.7), columns and rows of at least 1. Servers don't
// acknowledge it.
//
// Errors: those of Signal, and ErrInvalidParams.
func (c *Command) Resize(columns, rows int) error {
	return c.send(request{method: methodSessionResize, params: sessionResizeParams{
		Token: c.token, Columns: int64(columns), Rows: int64(rows),
	}})
}

// Send types a text. The Enter key is "\r".
func (s *Shell) Send(text string) error {
	if s.Stdin == nil {
		return io.ErrClosedPipe
	}
	_, err := io.WriteString(s.Stdin, text)
	return err
}

// Read reads what is shown, beginning after what Expect and Command have taken.
func (s *Shell) Read(p []byte) (int, error) {
	if len(s.held) == 0 && s.Stdout != nil {
		return s.Stdout.Read(p)
	}
	n := copy(p, s.held)
	s.held = s.held[n:]
	return n, nil
}

// Close ends the shell, if it still runs.
func (s *Shell) Close() error {
	s.cancel()
	<-s.ended
	return nil
}

// Expect reads until one of the patterns is shown, and takes it with all that came before. A pattern is a string,
// which is taken literally; a *regexp.Regexp; or io.EOF, which stands for the shell's end. If several are found, it is
// the one that begins first. within is the time that it may take; 0 means no limit but that of the shell's context.
//
// If the time is over, the error is ErrTimeout and os.ErrDeadlineExceeded; if the shell ends and io.EOF isn't among
// the patterns, io.ErrUnexpectedEOF, or the error that ended the shell. More than 16 MiB without a match is
// ErrOutputTooLarge. After an error, what was read is kept for the next Expect or Read.
func (s *Shell) Expect(within time.Duration, patterns ...any) (*Match, error) {
	for _, pattern := range patterns {
		switch pattern.(type) {
		case string, *regexp.Regexp:
		default:
			if pattern != io.EOF {
				return nil, invalidParams(methodSessionShell, notAPattern(pattern))
			}
		}
	}
	var match *Match
	err := s.fill(within, wanted(patterns), func(err error) bool {
		match = find(s.held, patterns, err)
		return match != nil
	})
	if match == nil {
		return nil, err
	}
	s.held = s.held[len(match.Before)+len(match.Text):]
	return match, nil
}

func notAPattern(value any) string {
	return fmt.Sprintf("%T is no pattern: a string, a *regexp.Regexp, or io.EOF for the end", value)
}

// wanted gives the patterns as text, for error messages.
func wanted(patterns []any) string {
	names := make([]string, len(patterns))
	for i, pattern := range patterns {
		names[i] = fmt.Sprintf("%q", fmt.Sprint(pattern))
	}
	return strings.Join(names, " or ")
}

// fill reads until isEnough says so of s.held. isEnough is called after each piece with nil, and at the end with the
// error that ended the reading. what names what is waited for, in error messages.
func (s *Shell) fill(within time.Duration, what string, isEnough func(err error) bool) error {
	out, ok := s.Stdout.(*commandOutput)
	if !ok {
		return invalidParams(methodSessionShell, "a Writer takes the output (Stdout): there is nothing to read here")
	}
	if within > 0 {
		out.setDeadline(time.Now().Add(within))
		defer out.setDeadline(time.Time{})
	}
	piece := make([]byte, 64<<10)
	for !isEnough(nil) {
		if len(s.held) > maxHeldTalk {
			return &Error{Kind: ErrOutputTooLarge, Method: methodSessionShell, ExitCode: -1, Dispatched: "yes",
				Message: fmt.Sprintf("%d bytes were shown, and not %s; Read takes what is held", len(s.held), what)}
		}
		n, err := out.Read(piece)
		s.held = append(s.held, piece[:n]...)
		if err == nil {
			continue
		}
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		if errors.Is(err, os.ErrDeadlineExceeded) && s.ctx.Err() == nil {
			if within > time.Millisecond {
				within = within.Round(time.Millisecond)
			}
			return &Error{Kind: ErrTimeout, Method: methodSessionShell, ExitCode: -1, Dispatched: "yes", cause: os.ErrDeadlineExceeded,
				Message: fmt.Sprintf("%s not shown within %v; what is shown ends with %q", what, within, lastWords(s.held))}
		}
		if isEnough(err) {
			return nil
		}
		if err == io.ErrUnexpectedEOF {
			return fmt.Errorf("sshrpc: %s: the shell ended, and %s was not shown; what is shown ends with %q: %w",
				methodSessionShell, what, lastWords(s.held), err)
		}
		return err
	}
	return nil
}

// find gives the match that begins first; err is io.ErrUnexpectedEOF if the shell has ended.
func find(held []byte, patterns []any, err error) *Match {
	text := string(held)
	var first *Match
	for i, pattern := range patterns {
		match := &Match{Index: i}
		switch p := pattern.(type) {
		case string:
			at := strings.Index(text, p)
			if at < 0 {
				continue
			}
			match.Before, match.Text = text[:at], p
		case *regexp.Regexp:
			found := p.FindStringSubmatchIndex(text)
			if found == nil {
				continue
			}
			match.Before, match.Text = text[:found[0]], text[found[0]:found[1]]
			match.Groups = p.FindStringSubmatch(text)[1:]
		default:
			if err != io.ErrUnexpectedEOF {
				continue
			}
			match.Before = text
		}
		if first == nil || len(match.Before) < len(first.Before) {
			first = match
		}
	}
	return first
}
