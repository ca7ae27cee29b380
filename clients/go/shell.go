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

// program has Shell and others be a Command whose methods may have that name.
type program = Command

// A Shell is the account's login shell, mostly on a terminal of its own: something to talk to. It has all of a
// Command: Stdin is what is typed, Stdout what is shown, which Expect, Command and Read read: who calls them
// reads nothing from Stdout itself. These three are for one goroutine at a time.
type Shell struct {
	*program

	// Prompt is what stands behind the output of a Command: a string or a *regexp.Regexp that matches what is
	// shown in the last line, from its beginning to its end. Where it is nil, the first Command finds it:
	// what is shown anew for an empty line.
	Prompt any

	// Pager matches what is shown in the last line where a device waits at the end of a page; a Command answers
	// it with a space. Where it is nil, it is "--More--" in the ways that devices write it.
	Pager *regexp.Regexp

	// Within is how long a Command may take; 0 is 30 seconds.
	Within time.Duration

	held   []byte // read, and not given yet
	prompt *regexp.Regexp
}

// A Match is what Shell.Expect found.
type Match struct {
	Index  int      // which of the patterns it was
	Before string   // what was shown before it
	Text   string   // what matched; "" of the end
	Groups []string // the groups of a *regexp.Regexp
}

// The most that Expect holds without a match.
const maxHeldTalk = 16 << 20

// Shell starts a login shell. Its terminal is that of OnPTY, by default 80 × 24 of "xterm"; NoPTY asks for none.
// Other options are as of Start. ctx is the shell's: when it ends, the shell is ended.
//
// Errors: as of Start.
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

// Subsystem starts a subsystem of the server (RFC 4254 §6.5), as "netconf". All else is as of Start, of whose
// options StdinPipe is mostly wanted.
//
// Errors: as of Start; Wait and the readers tell ErrChannelRequestDenied where the server has no such subsystem.
func (s *Session) Subsystem(ctx context.Context, name string, options ...RunOption) (*Command, error) {
	o := runOptionsOf(options)
	params := s.programParams(ctx, o)
	params.Name = name
	return s.start(ctx, methodSessionSubsystem, params, o)
}

// Resize tells the command's terminal of another size (RFC 4254 §6.7). Servers don't say what comes of it.
//
// Errors: as of Signal; ErrInvalidParams.
func (c *Command) Resize(columns, rows int) error {
	return c.send(request{method: methodSessionResize, params: sessionResizeParams{
		Token: c.token, Columns: int64(columns), Rows: int64(rows),
	}})
}

// Send types a text. The key at a line's end is "\r".
func (s *Shell) Send(text string) error {
	if s.Stdin == nil {
		return io.ErrClosedPipe
	}
	_, err := io.WriteString(s.Stdin, text)
	return err
}

// Read reads what is shown, behind what Expect and Command took.
func (s *Shell) Read(p []byte) (int, error) {
	if len(s.held) == 0 && s.Stdout != nil {
		return s.Stdout.Read(p)
	}
	n := copy(p, s.held)
	s.held = s.held[n:]
	return n, nil
}

// Close hangs up: the shell is ended where it still runs.
func (s *Shell) Close() error {
	s.cancel()
	<-s.ended
	return nil
}

// Expect reads until one of the patterns is shown, and takes that and what came before. A pattern is a string, to
// be taken literally; a *regexp.Regexp; or io.EOF, the shell's end. Where several are there, it is the one that
// begins first.
//
// Where the time is over first, or the shell ends unexpectedly, what was read stays there, for the next Expect
// and for Read. The error is os.ErrDeadlineExceeded and ErrTimeout then, io.ErrUnexpectedEOF, or what a Read gives.
// within counts from now; 0 is no limit but that of the shell's context. More than 16 MiB without a match are
// ErrOutputTooLarge.
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

// wanted names patterns in an error.
func wanted(patterns []any) string {
	names := make([]string, len(patterns))
	for i, pattern := range patterns {
		names[i] = fmt.Sprintf("%q", fmt.Sprint(pattern))
	}
	return strings.Join(names, " or ")
}

// fill reads until what is held is enough. It is asked again with the error that ends the reading. what is
// waited for is for errors.
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
			return &Error{Kind: ErrTimeout, Method: methodSessionShell, ExitCode: -1, Dispatched: "yes", cause: os.ErrDeadlineExceeded,
				Message: fmt.Sprintf("%s not shown within %v; what is shown ends with %q",
					what, within.Round(time.Millisecond), lastWords(s.held))}
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

// find gives the first match; err is io.ErrUnexpectedEOF where there is nothing more to come.
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
