package sshrpc

import (
	"context"
	"time"
)

// A Config says how to log in. The credentials that it names are used, and no others. If it names none, the user's
// agent and default keys are used, as ssh does. The details are in PROTOCOL.md, ssh.new.
type Config struct {
	// Username is the account to log in to, unless the address names one. By default it is the user of this
	// process.
	Username string

	// Password is for the methods "password" and "keyboard-interactive" (RFC 4252 §8, RFC 4256).
	Password string

	// PrivateKey is the text of a private key, as in a key file of OpenSSH.
	PrivateKey string

	// IdentityFiles are the paths of private keys, or of public keys whose private keys the agent has. "~/" at
	// the beginning is the home of the daemon's user.
	IdentityFiles []string

	// CertificateFiles are the paths of user certificates (OpenSSH's PROTOCOL.certkeys), which are tried
	// first. The private key of each is looked for in Agent, IdentityFiles and PrivateKey; if none of these is
	// given, in the agent of SSH_AUTH_SOCK and in the default identity files. If CertificateFiles is empty, a
	// certificate beside an identity file ("-cert.pub") is used.
	CertificateFiles []string

	// Passphrase decrypts private keys that are encrypted.
	Passphrase string

	// Agent is the SSH agent, as IdentityAgent in ssh_config(5): the path of its socket, "SSH_AUTH_SOCK" for
	// the one that the environment variable names, or "none". By default the one of the variable is used if
	// IdentityFiles are given, or no credential at all.
	Agent string

	// IdentitiesOnly uses only those keys of the agent that are among the identity files.
	IdentitiesOnly bool

	// HostKeyPolicy says what to do with a host key that isn't in known_hosts: "strict" refuses it,
	// "accept-new" accepts and records it, "ask" asks TrustHostKey, "pin" accepts it only if
	// HostKeyFingerprints has it, and "off" accepts any key. A key that has changed is ErrHostKeyRejected,
	// unless TrustHostKey accepts it, HostKeyFingerprints has it, or the policy is "off". A revoked key is
	// refused under every policy. The default is "pin" if there are HostKeyFingerprints; else what SSHConfig's
	// files say; else "accept-new".
	HostKeyPolicy string

	// HostKeyFingerprints are the fingerprints of accepted host keys, as OpenSSH prints them: "SHA256:…".
	HostKeyFingerprints []string

	// KnownHosts are the paths of the user's known_hosts files; new hosts are recorded in the first. Nil, the
	// default, means those that SSHConfig's files name, else ~/.ssh/known_hosts and ~/.ssh/known_hosts2. An
	// empty list that isn't nil, []string{}, means no such file: nothing is recorded. The system's files are
	// read in any case.
	KnownHosts []string

	// Algorithms are offered in the key exchange instead of the defaults, as for old servers that have weak
	// algorithms only.
	Algorithms Algorithms

	// KeepaliveInterval is how long the server may be silent before it is asked for a sign of life: up to
	// 24 hours, or negative for never. The default, 0, means 15 seconds. A server that doesn't answer any more
	// is noticed after KeepaliveInterval × (KeepaliveCountMax + 1) at the latest.
	KeepaliveInterval time.Duration

	// KeepaliveCountMax is how many such requests in a row may stay unanswered, 1 to 1000. The default, 0, means
	// 3.
	KeepaliveCountMax int

	// MaxChannels is how many programs and transfers may have a channel of the session at the same time, 1 to
	// 1000; others wait. With 1, no channel is opened ahead of need, for servers that can't have two. The
	// default, 0, means as many as the server allows.
	MaxChannels int

	// WarnWeakCrypto warns if the key exchange isn't post-quantum: in the daemon's log, and in Session.Warnings.
	WarnWeakCrypto bool

	// IdleTimeout ends a login if the server is silent for that long, whatever the context's deadline is. Time
	// in which Prompt or TrustHostKey is called, or in which the login waits for others to the same server,
	// doesn't count. The default, 0, means no such limit.
	IdleTimeout time.Duration

	// Via, where not nil, is a session to connect through, as ssh -J does: its server connects to the
	// address (RFC 4254 §7.2). The new session is in the same daemon as Via, and the field Daemon is ignored.
	// It ends with Via: calls are ErrClosed then.
	Via *Session

	// ProxyCommand is a command whose stdin and stdout are used as the connection, as in ssh_config(5). It is
	// run by /bin/sh, and ends with the session. %h is the host, %p the port, %r the user, %% a percent sign.
	ProxyCommand string

	// SocketPath is the path of a Unix socket to connect to instead of the address, which remains the
	// server's name in known_hosts. With Via, it is the jump host's path, sent as it is.
	SocketPath string

	// SSHConfig takes from the user's ssh_config(5) files what the address and this Config don't say: user and
	// port, keys, jump hosts or a proxy command, the HostKeyPolicy. SSHConfigFile names another file to read
	// instead. Session.Ignored lists settings that have no effect here. If the files don't set
	// StrictHostKeyChecking, TrustHostKey is asked about a new host; if neither Prompt nor TrustHostKey is set,
	// the new key is recorded.
	SSHConfig     bool
	SSHConfigFile string

	// Prompt, where not nil, answers the questions of the login: passwords, one-time codes, passphrases of
	// keys. It returns one answer for each question. Nil answers, or an error, refuse; the error of Dial wraps
	// that error. ctx ends when the answers aren't wanted any more; Dial doesn't wait for a callback that goes
	// on after that. Prompt is called in a goroutine of its own, where a panic ends the program.
	Prompt func(ctx context.Context, prompt *Prompt) (answers []string, err error)

	// TrustHostKey decides, with the HostKeyPolicy "ask", whether to trust a host key that is unknown or has
	// changed. If it is nil, such a key is refused.
	TrustHostKey func(ctx context.Context, prompt *HostKeyPrompt) (trust bool, err error)

	// Daemon says how to start the daemon. Sessions whose DaemonConfig is the same share one daemon.
	Daemon *DaemonConfig

	// Shared uses the daemon that all of the user's programs share, which is started if there is none. With
	// Persist, the login stays there for the next program that connects in the same way.
	Shared bool

	// Persist allows the session to use a connection that exists already, if everything is the same that bears
	// on trust and login. The connection stays for that long after its last user, up to 24 hours, for the next
	// Dial with a Persist. The default, 0, means a connection of its own, which ends with the session.
	Persist time.Duration

	// Reconnect makes a new connection when the session's is lost. What runs at that moment fails with
	// ErrConnectionLost; later calls wait for the new connection (PROTOCOL.md, Reconnecting). Prompt and
	// TrustHostKey may then be called again at any time before the session's end; their ctx has the values of
	// Dial's ctx.
	Reconnect bool

	// OnState, where not nil, is called when the session's state changes: with Reconnect to StateLost and
	// StateOpen, and in any case to StateClosed, unless by a Close. why is what Session.State gives. Calls come
	// one after the other, in the order of the states, in a goroutine of their own, where a panic ends the
	// program. Close doesn't wait for them.
	OnState func(state State, why error)
}

// Algorithms are offered in the key exchange (RFC 4253 §7.1), the preferred one first. Each list replaces the
// default list; an empty one leaves it. PROTOCOL.md lists the names under Algorithms; any other name is
// ErrInvalidParams.
type Algorithms struct {
	Kex         []string // as "curve25519-sha256"
	HostKey     []string // as "ssh-ed25519"
	Cipher      []string // as "aes128-gcm@openssh.com"
	MAC         []string // as "hmac-sha2-256-etm@openssh.com"
	Compression []string // as "none"
	PublicKey   []string // for signatures when logging in, as "rsa-sha2-512" (RFC 8332)
}
