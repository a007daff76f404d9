package command

import (
	"eslguard/argument"
	"eslguard/catalog"
	"eslguard/effect"
)

// Constants that moved to other packages. Use those.
const (
	ClassConfig         = effect.ClassConfig
	ClassExec           = effect.ClassExec
	ClassMedia          = effect.ClassMedia
	ClassNested         = effect.ClassNested
	ClassNone           = effect.ClassNone
	ClassOriginate      = effect.ClassOriginate
	ClassRead           = effect.ClassRead
	ClassSecret         = effect.ClassSecret
	ClassStatus         = effect.ClassStatus
	KindAPI             = effect.KindAPI
	KindApp             = effect.KindApp
	KindChannel         = effect.KindChannel
	KindDial            = effect.KindDial
	KindDialplan        = effect.KindDialplan
	KindFilter          = effect.KindFilter
	KindHandover        = effect.KindHandover
	KindInject          = effect.KindInject
	KindInvalid         = effect.KindInvalid
	KindLog             = effect.KindLog
	KindOpaque          = effect.KindOpaque
	KindSubscribe       = effect.KindSubscribe
	KindVar             = effect.KindVar
	LegA                = effect.LegA
	LegB                = effect.LegB
	LegOther            = effect.LegOther
	LegUnknown          = effect.LegUnknown
	Now                 = effect.Now
	Once                = effect.Once
	OpaqueDepth         = effect.OpaqueDepth
	OpaqueExpansion     = effect.OpaqueExpansion
	OpaqueScript        = effect.OpaqueScript
	OpaqueUnknownSyntax = effect.OpaqueUnknownSyntax
	OpaqueWrapper       = effect.OpaqueWrapper
	OriginationUUID     = argument.OriginationUUID
	Repeating           = effect.Repeating
	SMSSubclass         = catalog.SMSSubclass
	TypeChannel         = argument.TypeChannel
	TypeFile            = argument.TypeFile
	TypeFolder          = argument.TypeFolder
	TypeNever           = argument.TypeNever
	TypeNumber          = argument.TypeNumber
	TypeText            = argument.TypeText
	TypeURI             = argument.TypeURI
	TypeURL             = argument.TypeURL
)

// Types that moved to other packages. Use those.
type (
	Block       = effect.Block
	Catalog     = catalog.Catalog
	Class       = effect.Class
	Effect      = effect.Effect
	EffectKind  = effect.Kind
	EventForm   = catalog.EventForm
	Form        = catalog.Form
	Later       = effect.Later
	Leg         = effect.Leg
	Module      = catalog.Module
	Protection  = catalog.Protection
	SecretPlace = catalog.SecretPlace
	Span        = argument.Span
	Subcommand  = catalog.Subcommand
	TypeSet     = argument.TypeSet
)

// Functions that moved to other packages. Use those.
var (
	Argument          = catalog.Argument
	Builtin           = catalog.Builtin
	ChannelTokens     = effect.ChannelTokens
	EventNames        = catalog.EventNames
	ExpansionVariable = argument.ExpansionVariable
	Expansions        = argument.Expansions
	FormOf            = catalog.FormOf
	InjectForm        = catalog.InjectForm
	Keywords          = catalog.Keywords
	ParseClass        = effect.ParseClass
	ParseLeg          = effect.ParseLeg
	Protections       = catalog.Protections
	SMSTokens         = catalog.SMSTokens
	Spellings         = catalog.Spellings
)
