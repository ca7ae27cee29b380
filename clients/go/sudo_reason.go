package sshrpc

// A SudoReason says why sudo didn't run a command. Like a Kind, it is an error for errors.Is:
//
//	if errors.Is(err, sshrpc.SudoWrongPassword) { … }
type SudoReason string

// Error gives the reason's name.
func (r SudoReason) Error() string { return "sshrpc: sudo: " + string(r) }

// The reasons of ErrSudoFailed.
const (
	SudoWrongPassword  SudoReason = "wrongPassword"
	SudoPasswordNeeded SudoReason = "passwordNeeded" // sudo asks for one, and the option Sudo gave none
	SudoNoTerminal     SudoReason = "noTerminal"     // sudo requires a terminal: use OnPTY
	SudoNotAllowed     SudoReason = "notAllowed"     // sudoers(5) doesn't allow it
	SudoUnknownUser    SudoReason = "unknownUser"
	SudoNotFound       SudoReason = "notFound" // the server has no sudo
	SudoOther          SudoReason = "other"
)
