package sshrpc

import (
	"context"
	"time"
)

// A Config says how to log in. What it names is used, and nothing else; where it names nothing, the
// user's agent and default keys are, as ssh does. PROTOCOL.md's ssh.new has it in detail.
type Config struct {
	// Username is whom to log in as, where the address doesn't say it. The default is the user that
	// this process runs as.
	Username string

	// Password is for the methods "password" and "keyboard-interactive" (RFC 4252 §8, RFC 4256).
	Password string

	// PrivateKey is a private key's text, as a file of OpenSSH's has it.
	PrivateKey string

	// IdentityFiles are the paths of private keys, or of public ones whose private half the agent
	// holds. "~/" in front is the home of the daemon's user.
	IdentityFiles []string

	// CertificateFiles are the paths of user certificates (OpenSSH's PROTOCOL.certkeys), which are tried
	// first. Each one's private key is looked for in the agent, among IdentityFiles and in PrivateKey; where
	// none of these is named, in the agent of SSH_AUTH_SOCK and the default identity files. Without any, a
	// certificate beside an identity file ("-cert.pub") is taken.
	CertificateFiles []string

	// Passphrase is of private keys that are encrypted.
	Passphrase string

	// Agent is the SSH agent, as ssh_config(5)'s IdentityAgent: its socket's path, "SSH_AUTH_SOCK" for
	// that of the environment variable, or "none". By default it is that of the variable where
	// IdentityFiles, or nothing at all, is named.
	Agent string

	// IdentitiesOnly has the agent's keys used only where they are among the identity files.
	IdentitiesOnly bool

	// HostKeyPolicy says what is done about a host key that known_hosts doesn't hold: "strict" refuses
	// it, "accept-new" records it, "ask" asks TrustHostKey, "pin" accepts HostKeyFingerprints alone, and
	// "off" accepts anything. A key that has changed is ErrHostKeyRejected, unless TrustHostKey accepts
	// it, HostKeyFingerprints has it, or the policy is "off". One that is revoked is refused under every
	// policy. The default is "pin" with HostKeyFingerprints; else what SSHConfig's files say; else
	// "accept-new".
	HostKeyPolicy string

	// HostKeyFingerprints are as OpenSSH prints them: "SHA256:…".
	HostKeyFingerprints []string

	// KnownHosts are the paths of the user's known_hosts files; new hosts are recorded in the first. The
	// default, nil, is what SSHConfig's files say, else ~/.ssh/known_hosts and ~/.ssh/known_hosts2. An empty
	// list, []string{}, is none of them: nothing is recorded. The system's are read in any case.
	KnownHosts []string

	// Algorithms are what is offered in the key exchange: for servers that have only what is weak.
	Algorithms Algorithms

	// KeepaliveInterval is how long the server may be silent before it is asked for a sign of life, up to
	// 24 hours; negative for never. The default, 0, is 15 seconds. A server that is gone is found out
	// within KeepaliveInterval × (KeepaliveCountMax + 1).
	KeepaliveInterval time.Duration

	// KeepaliveCountMax is how many such questions in a row may go unanswered, 1 to 1000. The default, 0,
	// is 3.
	KeepaliveCountMax int

	// MaxChannels is how many channels for programs and transfers the session has open at a time, 1 to
	// 1000; the others wait. With 1, none is opened ahead of need: for servers that bear no second one.
	// The default, 0, is as many as the server takes.
	MaxChannels int

	// WarnWeakCrypto has the daemon's log, and Session.Warnings, say where the key exchange isn't post-quantum.
	WarnWeakCrypto bool

	// IdleTimeout gives up a login during which the server is silent for so long, whatever the context's
	// deadline is. Time in which Prompt or TrustHostKey is asked, or the login waits for its turn, isn't
	// counted. The default, 0, is no such limit.
	IdleTimeout time.Duration

	// Via, where not nil, is a session to connect through, as ssh -J does: its server connects to the
	// address (RFC 4254 §7.2). The new session is of the same daemon, whatever Daemon says, and ends with
	// that one: calls are ErrClosed then.
	Via *Session

	// ProxyCommand is a command whose stdin and stdout are the connection, as ssh_config(5)'s: run by
	// /bin/sh; %h is the host, %p the port, %r the user, %% a %. It ends with the session.
	ProxyCommand string

	// SocketPath is the path of a Unix socket to connect to instead of the address, which remains the
	// server's name in known_hosts. With Via, it is the jump host's path, sent as it is.
	SocketPath string

	// SSHConfig has the files that ssh reads, ssh_config(5), say what the address and this Config don't:
	// user and port, keys, the way there, the HostKeyPolicy. SSHConfigFile names another file to read instead.
	// What isn't honoured of them, Session.Ignored tells. Where they have no StrictHostKeyChecking, a new host
	// is asked about, or recorded where neither Prompt nor TrustHostKey is there to be asked.
	SSHConfig     bool
	SSHConfigFile string

	// Prompt, where not nil, answers what the server or a key asks during the login, an answer for each
	// question. Nil answers, or an error, refuse; the error is then wrapped in that of Dial. ctx ends
	// when the answers are wanted no more: Dial doesn't wait for a callback that goes on then. It is called
	// in a goroutine of its own, where a panic ends the program.
	Prompt func(ctx context.Context, prompt *Prompt) (answers []string, err error)

	// TrustHostKey decides about a host key that is unknown or has changed, with the HostKeyPolicy "ask".
	// Where it is nil, such a key is refused.
	TrustHostKey func(ctx context.Context, prompt *HostKeyPrompt) (trust bool, err error)

	// Daemon says how the daemon is started. Sessions with the same share one.
	Daemon *DaemonConfig

	// Shared has the daemon keep the session that all of the user's programs share, which is started where
	// there is none; with Persist the login stays there for whoever connects alike.
	Shared bool

	// Persist may give the session a connection that is there already, where all that bears on trust and
	// login is the same, and leaves it there for so long after its last user, up to 24 hours, for the next
	// Dial with a Persist. The default, 0, is a connection of one's own, which ends with the session.
	Persist time.Duration

	// Reconnect has a session whose connection is lost connected to again: what runs at that moment fails
	// with ErrConnectionLost, later calls wait for the new connection. PROTOCOL.md has it under Reconnecting.
	// Prompt is asked again then, any time before the session's end; ctx has the values of Dial's.
	Reconnect bool

	// OnState, where not nil, is told of each state that the session gets into: StateLost and StateOpen, with
	// Reconnect, and StateClosed, unless that is by a Close; with what Session.State gives as why. It is
	// called in the states' order, in a goroutine of its own, where a panic ends the program; Close doesn't wait
	// for it.
	OnState func(state State, why error)
}

// Algorithms are offered in the key exchange (RFC 4253 §7.1), best first. Each list stands in place of
// the default; an empty one is the default. PROTOCOL.md has the names under Algorithms; another one is
// ErrInvalidParams.
type Algorithms struct {
	Kex         []string // as "curve25519-sha256"
	HostKey     []string // as "ssh-ed25519"
	Cipher      []string // as "aes128-gcm@openssh.com"
	MAC         []string // as "hmac-sha2-256-etm@openssh.com"
	Compression []string // as "none"
	PublicKey   []string // of signatures to log in with, as "rsa-sha2-512" (RFC 8332)
}
