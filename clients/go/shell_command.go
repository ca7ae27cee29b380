package sshrpc

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
	"time"
)

// What terminals obey and people don't see (ECMA-48 and xterm): control sequences, titles, the choice of a
// character set, the kind of keypad.
var invisible = regexp.MustCompile("\x1b\\[[0-?]*[ -/]*[@-~]|\x1b\\][^\x07\x1b]*(?:\x07|\x1b\\\\)|\x1b[()][0-9A-Za-z]|\x1b[=>78MDE]|\x00|\x07")

// defaultPager is how devices write that there is more.
var defaultPager = regexp.MustCompile(`(?i)^\s*(?:[-<( ]*more[^\n]{0,40}[->) ]+|press any key to continue.{0,30}|lines \d+-\d+.*)$`)

// What removes a pager's line from the screen.
var erased = regexp.MustCompile("\x08+ *\x08*|\r +\r")

var lineEnds = regexp.MustCompile("\r+\n")

// bash returns to where it is, at each prompt and before each output.
var lineBegins = regexp.MustCompile("(?m)^\r+")

// How long a device is waited for to show its prompt anew.
const silence = time.Second

// Command types a command at a device's prompt, and gives what it shows up to the next prompt: without the echo,
// the pagers' lines and what only terminals understand; lines end with "\n". It is for devices that have a shell,
// and no other way to run a command; where a server has that, Run tells the exit status, too. The shell's terminal
// is better wide, since what is typed is echoed in lines of that width.
//
// Errors: ErrTimeout, where no prompt is shown within the time, and what was read stays there, for Read; as of
// Expect.
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

// thePrompt is what errors call it.
const thePrompt = "the prompt (Shell.Prompt)"

// findPrompt sees to it that the prompt is known, and shown.
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
	// A prompt is what is shown once more for an empty line.
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
				// Of those that were too many, prompts may still come.
				_ = s.fill(silence, thePrompt, func(error) bool { return false })
			}
			return nil
		}
		// What was typed before the shell read it stands elsewhere than its prompt: once more.
		if !errors.Is(err, os.ErrDeadlineExceeded) || left(deadline) == 1 {
			return err
		}
	}
}

// repeatedLine is the last line, where the one before is the same, else "".
func repeatedLine(text string) string {
	lines := strings.Split(text, "\n")
	if last := len(lines) - 1; last > 0 && lines[last] == lines[last-1] {
		return lines[last]
	}
	return ""
}

// visible is what a person sees of it, nearly.
func visible(shown []byte) string {
	text := invisible.ReplaceAllString(string(shown), "")
	text = erased.ReplaceAllString(text, "")
	text = lineEnds.ReplaceAllString(text, "\n")
	return lineBegins.ReplaceAllString(text, "")
}

// lastLine is what stands behind the last line's end.
func lastLine(text string) string {
	return text[strings.LastIndexByte(text, '\n')+1:]
}

// withoutEcho leaves out the first line where it is what was typed, in which a terminal's width may have left
// spaces and returns.
func withoutEcho(shown, typed string) string {
	squeeze := strings.NewReplacer(" ", "", "\r", "", "\t", "")
	first, rest, found := strings.Cut(shown, "\n")
	if found && squeeze.Replace(first) == squeeze.Replace(typed) {
		return rest
	}
	return shown
}

// left is the time up to a deadline, which where it has passed is no time, and not no limit.
func left(deadline time.Time) time.Duration {
	if d := time.Until(deadline); d > 0 {
		return d
	}
	return 1
}
