package sshrpc

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
	"time"
)

// What terminals obey and don't show (ECMA-48 and xterm): control sequences, window titles, the choice of a character
// set, the keypad's mode.
var invisible = regexp.MustCompile("\x1b\\[[0-?]*[ -/]*[@-~]|\x1b\\][^\x07\x1b]*(?:\x07|\x1b\\\\)|\x1b[()][0-9A-Za-z]|\x1b[=>78MDE]|\x00|\x07")

// defaultPager matches what devices show at the end of a page.
var defaultPager = regexp.MustCompile(`(?i)^\s*(?:[-<( ]*more[^\n]{0,40}[->) ]+|press any key to continue.{0,30}|lines \d+-\d+.*)$`)

// By these a pager removes its own line from the screen.
var erased = regexp.MustCompile("\x08+ *\x08*|\r +\r")

var lineEnds = regexp.MustCompile("\r+\n")

// Carriage returns at the beginning of a line, which change nothing: bash sends one at each prompt and before each
// output.
var lineBegins = regexp.MustCompile("(?m)^\r+")

// How long a device may take to show its prompt again.
const silence = time.Second

// Command types a command at a device's prompt, and gives what is shown up to the next prompt, without the echo of the
// command, the lines of a pager ("--More--") and control sequences; lines end with "\n". It is for devices on which
// commands can only be typed; elsewhere use Run, which gives the exit status, too. Make the shell's terminal wide
// (OnPTY), since devices break lines at its width.
//
// Errors: ErrTimeout if no prompt is shown within the time; the other errors of Expect. What was read is kept for Read
// then.
func (s *Shell) Command(text string) (string, error) {
	within := s.Within
	if within == 0 {
		within = 30 * time.Second
	}
	deadline := time.Now().Add(within)
	if err := s.findPrompt(deadline); err != nil {
		return "", err
	}
	s.held = nil
	if err := s.Send(text + "\r"); err != nil {
		return "", err
	}
	pager := s.Pager
	if pager == nil {
		pager = defaultPager
	}
	shown := ""
	for {
		pages := false
		err := s.fill(left(deadline), thePrompt, func(error) bool {
			last := lastLine(visible(s.held))
			pages = pager.MatchString(last)
			return pages || s.prompt.MatchString(last)
		})
		if err != nil {
			return "", err
		}
		page := visible(s.held)
		shown += page[:len(page)-len(lastLine(page))]
		s.held = nil
		if !pages {
			return withoutEcho(shown, text), nil
		}
		if err := s.Send(" "); err != nil {
			return "", err
		}
	}
}

// thePrompt is the prompt's name in error messages.
const thePrompt = "the prompt (Shell.Prompt)"

// findPrompt finds out the prompt, if it isn't known yet, and waits until it is shown.
func (s *Shell) findPrompt(deadline time.Time) error {
	if s.prompt != nil {
		return nil
	}
	switch prompt := s.Prompt.(type) {
	case nil:
	case string:
		s.prompt = regexp.MustCompile("^" + regexp.QuoteMeta(prompt) + "$")
	case *regexp.Regexp:
		s.prompt = regexp.MustCompile("^(?:" + prompt.String() + ")$")
	default:
		return invalidParams(methodSessionShell, fmt.Sprintf("Prompt: %T is no pattern: a string or a *regexp.Regexp", prompt))
	}
	if s.prompt != nil {
		err := s.fill(left(deadline), thePrompt, func(error) bool { return s.prompt.MatchString(lastLine(visible(s.held))) })
		if err != nil {
			s.prompt = nil
		}
		return err
	}
	// The prompt is the line that is shown again when an empty line is typed.
	if err := s.fill(left(deadline), thePrompt, func(error) bool { return lastLine(visible(s.held)) != "" }); err != nil {
		return err
	}
	for lines := 1; ; lines++ {
		if err := s.Send("\r"); err != nil {
			return err
		}
		within := left(deadline)
		if within > silence {
			within = silence
		}
		found := ""
		err := s.fill(within, thePrompt, func(error) bool {
			found = repeatedLine(visible(s.held))
			return found != ""
		})
		if err == nil {
			s.prompt = regexp.MustCompile("^" + regexp.QuoteMeta(found) + "$")
			if lines > 1 {
				// More empty lines were typed than needed: the prompts for these may still come.
				_ = s.fill(silence, thePrompt, func(error) bool { return false })
			}
			return nil
		}
		// A line that was typed before the shell read its input isn't shown at a prompt: then it is typed again.
		if !errors.Is(err, os.ErrDeadlineExceeded) || left(deadline) == 1 {
			return err
		}
	}
}

// repeatedLine gives the last line if it is the same as the one before it, else "".
func repeatedLine(text string) string {
	lines := strings.Split(text, "\n")
	if last := len(lines) - 1; last > 0 && lines[last] == lines[last-1] {
		return lines[last]
	}
	return ""
}

// visible gives the text without control sequences: nearly what a person would see.
func visible(shown []byte) string {
	text := invisible.ReplaceAllString(string(shown), "")
	text = erased.ReplaceAllString(text, "")
	text = lineEnds.ReplaceAllString(text, "\n")
	return lineBegins.ReplaceAllString(text, "")
}

// lastLine gives what follows the last "\n".
func lastLine(text string) string {
	return text[strings.LastIndexByte(text, '\n')+1:]
}

// withoutEcho leaves out the first line if it is the echo of what was typed. In an echo that is longer than the
// terminal's width there may be additional spaces and carriage returns.
func withoutEcho(shown, typed string) string {
	squeeze := strings.NewReplacer(" ", "", "\r", "", "\t", "")
	first, rest, found := strings.Cut(shown, "\n")
	if found && squeeze.Replace(first) == squeeze.Replace(typed) {
		return rest
	}
	return shown
}

// left gives the time up to a deadline. If that has passed it is 1 ns, since 0 would mean no limit.
func left(deadline time.Time) time.Duration {
	if d := time.Until(deadline); d > 0 {
		return d
	}
	return 1
}
