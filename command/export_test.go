package command

import "eslguard/command/internal/nested"

// MayContain is of the package of what is nested.
var MayContain = nested.MayContain
