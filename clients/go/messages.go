package sshrpc

import (
	"reflect"
	"regexp"
	"strings"
	"time"
)

var (
	wireName = regexp.MustCompile(`\b[a-z]+(?:[A-Z]\w*|\.(?:kex|hostKey|cipher|mac)\b)`)
	bound    = regexp.MustCompile(`must be (?:at (?:least|most)|more than) [\d.]+$`)
)

// programTerms are names of the protocol's options, as they stand in error messages, and their names in this package.
var programTerms = strings.NewReplacer(
	`envMode "export"`, "ExportEnv",
	"(maxOutput), or take it as it comes (stream)", "(MaxOutput), or take it as it comes (Start, or Stdout)",
	"that are allowed (maxOutput)", "that are allowed (MaxBytes)",
	"forwardAgent:", "ForwardAgent:",
	"ssh.new named none", "Config.Agent names none",
)

// inGosTerms replaces names of the protocol's options in an error's message by their names in this package. param is
// the option that an ErrInvalidParams is about.
func inGosTerms(e *Error, param string) string {
	if e.Method != methodSSHNew {
		switch e.Kind {
		case ErrInvalidParams, ErrChannelRequestDenied, ErrOutputTooLarge:
			return programTerms.Replace(e.Message)
		}
		return e.Message
	}
	message := wireName.ReplaceAllStringFunc(e.Message, func(word string) string {
		name, _ := fieldOf(word)
		return name
	})
	if e.Kind != ErrInvalidParams || param == "" || !strings.HasPrefix(e.Message, param) {
		return message
	}
	name, isDuration := fieldOf(param)
	message = name + message[len(param):]
	if isDuration && bound.MatchString(message) {
		message += " s"
	}
	return message
}

// fieldOf gives the field of Config for an option of ssh.new, and whether that is a time.Duration. A word that is no
// option is given back as it is.
func fieldOf(word string) (name string, isDuration bool) {
	if word == "config" {
		return "SSHConfigFile", false
	}
	head, rest, _ := strings.Cut(word, ".")
	field, found := reflect.TypeOf(Config{}).FieldByName(strings.ToUpper(head[:1]) + head[1:])
	if !found {
		return word, false
	}
	if inner := field.Type; inner.Kind() == reflect.Struct && rest != "" {
		for i := 0; i < inner.NumField(); i++ {
			if option, _, _ := strings.Cut(rest, "."); strings.EqualFold(inner.Field(i).Name, option) {
				rest = inner.Field(i).Name + rest[len(option):]
			}
		}
	}
	name = field.Name
	if rest != "" {
		name += "." + rest
	}
	return name, field.Type == reflect.TypeOf(time.Duration(0))
}
