package command

import (
	"sync"

	"eslguard/catalog"
	"eslguard/effect"
)

// PathAllEvents is the Path of the effects of `event ALL`.
const PathAllEvents = "event ALL"

// allEvents are the effects of `event ALL`: every type, and every subclass of CUSTOM, which
// `subscribe CUSTOM` without a token stands for. Built once, since many clients ask for ALL.
var allEvents = sync.OnceValue(func() []effect.Effect {
	effects := make([]effect.Effect, 0, int(catalog.EventAll))
	for t := range catalog.EventAll {
		e := subscribe(t)
		e.Path = PathAllEvents
		effects = append(effects, e)
	}
	return effects
})

func subscribe(t catalog.EventType) effect.Effect {
	return effect.Effect{Kind: effect.KindSubscribe, Name: t.String(), Path: "event"}
}

func subscribeCustom(subclass []string) effect.Effect {
	return effect.Effect{Kind: effect.KindSubscribe, Name: "CUSTOM", Args: subclass[0], Tokens: subclass, Path: "event"}
}
