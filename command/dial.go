package command

// dialString appends the effects of a dial string.
func (p *parser) dialString(at trail, text string) { p.opaque(at, OpaqueWrapper) }
