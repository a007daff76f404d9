package audit

// The bounds of what one record holds, in bytes unless it says otherwise. What is cut is cut before
// it is escaped, at a character's beginning.
const (
	// MaxCommand is how much of a command's text is written.
	MaxCommand = 4 << 10
	// MaxEffects is how many effects are written.
	MaxEffects = 1024
	// MaxDeniedEffects is how many effects of a command that is denied or refused are written.
	MaxDeniedEffects = 8
	// MaxEffectArgs is how much of an effect's arguments, and of its path, is written.
	MaxEffectArgs = 512
	// MaxDropped is how many dropped names are written.
	MaxDropped = 32
	// MaxRedacted is how many names of what was left out are written.
	MaxRedacted = 64
	// MaxReply is how much of a reply's first line is written.
	MaxReply = 256
	// MaxText is how much of any other text is written.
	MaxText = 1 << 10
	// MaxHashed is how much of a reply is hashed.
	MaxHashed = 4 << 10
)
