package sshrpc

// A SudoReason is why sudo didn't run a command: an error, as a Kind is, that errors.Is knows:
//
//	if errors.Is(err, sshrpc.SudoWrongPassword) { … }
type SudoReason string

// Error says which it is.
func (r SudoReason) Error() string { return "sshrpc: sudo: " + string(r) }

// The reasons of ErrSudoFailed.
const (
	SudoWrongPassword  SudoReason = "wrongPassword"
	SudoPasswordNeeded SudoReason = "passwordNeeded" // it asks, and Sudo gave none
	SudoNoTerminal     SudoReason = "noTerminal"     // it wants one: OnPTY
	SudoNotAllowed     SudoReason = "notAllowed"     // by sudoers
	SudoUnknownUser    SudoReason = "unknownUser"
	SudoNotFound       SudoReason = "notFound" // there is no sudo
	SudoOther          SudoReason = "other"
)
