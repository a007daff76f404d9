package command

// dialplan appends the effects of sending a channel to an extension of a dialplan.
func (p *parser) dialplan(at trail, exten, dialplan, context string) { p.opaque(at, OpaqueWrapper) }
