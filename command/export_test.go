package command

// Nests reports whether an API (KindAPI) or application (KindApp) of that name may hold other commands: by its
// class, by what the catalogue says of it, or because its argument is taken apart.
func (c *Catalog) Nests(k EffectKind, name string) bool {
	e := c.entry(k, name)
	switch e.class {
	case ClassExec, ClassNested, ClassOriginate:
		return true
	}
	return e.parts != nil || e.opaqueReason() != ""
}
