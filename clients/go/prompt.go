package sshrpc

import (
	"context"
	"encoding/json"
)

// A Prompt is a question that has to be answered for a login to go on.
//
// Name, Instruction and the questions' text may be the server's, which isn't to be trusted: control
// characters must be removed before they are shown on a terminal.
type Prompt struct {
	// Kind is "password", "keyboard-interactive" (RFC 4256) or "passphrase" (of a private key).
	Kind string `json:"kind"`

	// Host, Port and Username say whose question it is.
	Host     string `json:"host"`
	Port     int    `json:"port"`
	Username string `json:"username"`

	// Name and Instruction are the server's text above the questions (RFC 4256 §3.2); often empty.
	Name        string `json:"name"`
	Instruction string `json:"instruction"`

	// Questions want an answer each.
	Questions []Question `json:"prompts"`

	// Path is, of a "passphrase", the private key's file, or "privateKey" for Config.PrivateKey.
	Path string `json:"path"`
}

// A Question wants one answer.
type Question struct {
	// Text is what to show, as "Password: ", without its control characters: it may be the server's.
	Text string `json:"prompt"`

	// Echo says whether the answer may be seen while it is typed.
	Echo bool `json:"echo"`
}

// A HostKeyPrompt asks whether a host key is to be trusted.
type HostKeyPrompt struct {
	// Host, Port and Username say where to.
	Host     string
	Port     int
	Username string

	// Type is the key's type, as "ssh-ed25519"; Fingerprint as OpenSSH prints it, "SHA256:…".
	Type        string `json:"type"`
	Fingerprint string `json:"fingerprint"`

	// Reason is "unknown", or "changed": another key is known for the host, and this may be an attack.
	Reason string `json:"reason"`

	// Expected are the known keys, where the key has changed.
	Expected []KnownKey `json:"expected"`
}

// A KnownKey is a key in a known_hosts file.
type KnownKey struct {
	Fingerprint string `json:"fingerprint"`
	Type        string `json:"keyType"`
	File        string `json:"file"`
	Line        int    `json:"line"`
}

// A dial is a login on its way, and who answers for it.
type dial struct {
	config *Config
	ctx    context.Context
	err    error // the callbacks'; under Daemon.mu
}

// onPrompt lets the Dial that the daemon asks for answer, in a goroutine of its own.
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
		// Deferred, for a callback that ends its goroutine has refused.
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

// answer asks the caller. Nil is a refusal.
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

// onCancelPrompt tells a callback that its answer is wanted no more.
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
