package command

// variable appends the effects of setting a variable: its own, those of what it would run, and
// those of expansions that value holds. scope is "channel", "originate" or "global".
func (p *parser) variable(at trail, scope, name, value string) { p.opaque(at, OpaqueWrapper) }
