package sshrpc

import (
	"fmt"
	"strings"
	"unicode"
)

// An ExitError is a command that ran and did not end with status 0, as in os/exec and
// golang.org/x/crypto/ssh. errors.As gives it.
type ExitError struct {
	// Result has the command's exit code, signal and output.
	Result *Result
}

// Error says how the command ended, and quotes the last line of its error output, if Result has that.
func (e *ExitError) Error() string {
	text := fmt.Sprintf("sshrpc: the command exited with status %d", e.Result.ExitCode)
	switch {
	case e.Result.Signal != "":
		text = "sshrpc: the command was ended by signal " + string(e.Result.Signal)
	case e.Result.ExitCode < 0:
		text = "sshrpc: the command ended without an exit status"
	}
	if words := lastWords(e.Result.Stderr); words != "" {
		text += ": " + words
	}
	return text
}

// lastWords gives the last line, shortened if it is long, and without control characters.
func lastWords(output []byte) string {
	const most = 300
	if len(output) > 4*most {
		output = output[len(output)-4*most:]
	}
	line := strings.TrimSpace(strings.ToValidUTF8(string(output), "\uFFFD"))
	line = line[strings.LastIndexAny(line, "\r\n")+1:]
	words := []rune(strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return ' '
	}, line))
	if len(words) > most {
		return "…" + string(words[len(words)-most:])
	}
	return string(words)
}

// ExitCode is Result.ExitCode.
func (e *ExitError) ExitCode() int { return e.Result.ExitCode }
