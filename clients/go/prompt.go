package sshrpc

import (
	"context"
	"encoding/json"
)

// A Prompt asks questions that must be answered for a login to go on.
//
// Name, Instruction and the questions' texts may come from the server, which isn't to be trusted: remove control
// characters before you show them on a terminal.
type Prompt struct {
	// Kind is "password", "keyboard-interactive" (RFC 4256) or "passphrase" (of a private key).
	Kind string `json:"kind"`

	// Host, Port and Username say which login asks.
	Host     string `json:"host"`
	Port     int    `json:"port"`
	Username string `json:"username"`

	// Name and Instruction are the server's title and explanation of the questions (RFC 4256 §3.2); often empty.
	Name        string `json:"name"`
	Instruction string `json:"instruction"`

	// Questions are the questions; each wants one answer.
	Questions []Question `json:"prompts"`

	// Path is, for the kind "passphrase", the file of the private key, or "privateKey" for Config.PrivateKey.
	Path string `json:"path"`
}

// A Question wants one answer.
type Question struct {
	// Text is the question, as "Password: ". It may come from the server: remove control characters.
	Text string `json:"prompt"`

	// Echo says whether the answer may be shown while it is typed.
	Echo bool `json:"echo"`
}

// A HostKeyPrompt asks whether a host key is to be trusted.
type HostKeyPrompt struct {
	// Host, Port and Username say which login asks.
	Host     string
	Port     int
	Username string

	// Type is the key's type, as "ssh-ed25519"; Fingerprint as OpenSSH prints it, "SHA256:…".
	Type        string `json:"type"`
	Fingerprint string `json:"fingerprint"`

	// Reason is "unknown", or "changed": another key is known for the host, and this may be an attack.
	Reason string `json:"reason"`

	// Expected are the keys that are known for the host, if the key has changed.
	Expected []KnownKey `json:"expected"`
}

// A KnownKey is a key in a known_hosts file.
type KnownKey struct {
	Fingerprint string `json:"fingerprint"`
	Type        string `json:"keyType"`
	File        string `json:"file"`
	Line        int    `json:"line"`
}

// A dial is a login that is under way, with the callbacks that answer its questions.
type dial struct {
	config *Config
	ctx    context.Context
	err    error // what a callback has returned; guarded by Daemon.mu
}

// onPrompt answers a question of the daemon's by the callbacks of the Dial that it is about, in a goroutine of its
// own.
func (d *Daemon) onPrompt(id, params json.RawMessage) {
	var prompt struct {
		Prompt
		HostKey *HostKeyPrompt `json:"hostKey"`
		Token   string         `json:"token"`
	}
	if json.Unmarshal(params, &prompt) != nil {
		d.conn.respond(id, nil)
		return
	}
	d.mu.Lock()
	asked := d.dials[prompt.Token]
	if asked == nil {
		d.mu.Unlock()
		d.conn.respond(id, nil)
		return
	}
	ctx, cancel := context.WithCancel(asked.ctx)
	d.prompts[string(id)] = cancel
	d.mu.Unlock()
	go func() {
		var answer any
		var err error
		// Deferred, since a callback may end its goroutine (runtime.Goexit), which counts as a refusal.
		defer func() {
			cancel()
			d.mu.Lock()
			delete(d.prompts, string(id))
			if asked.err == nil {
				asked.err = err
			}
			d.mu.Unlock()
			d.conn.respond(id, answer)
		}()
		answer, err = asked.answer(ctx, &prompt.Prompt, prompt.HostKey)
	}()
}

// answer calls the callback. Nil is a refusal.
func (a *dial) answer(ctx context.Context, prompt *Prompt, hostKey *HostKeyPrompt) (any, error) {
	if prompt.Kind == "host-key" {
		if a.config.TrustHostKey == nil || hostKey == nil {
			return nil, nil
		}
		hostKey.Host, hostKey.Port, hostKey.Username = prompt.Host, prompt.Port, prompt.Username
		accept, err := a.config.TrustHostKey(ctx, hostKey)
		if err != nil {
			return nil, err
		}
		return map[string]bool{"accept": accept}, nil
	}
	if a.config.Prompt == nil {
		return nil, nil
	}
	answers, err := a.config.Prompt(ctx, prompt)
	if err != nil || answers == nil {
		return nil, err
	}
	return map[string][]string{"answers": answers}, nil
}

// onCancelPrompt ends the context of a callback whose answer isn't wanted any more.
func (d *Daemon) onCancelPrompt(params json.RawMessage) {
	var cancelled struct {
		ID json.RawMessage `json:"id"`
	}
	if json.Unmarshal(params, &cancelled) != nil {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if cancel := d.prompts[string(cancelled.ID)]; cancel != nil {
		cancel()
	}
}
