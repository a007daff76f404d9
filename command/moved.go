package command

import (
	"eslguard/argument"
	"eslguard/catalog"
	"eslguard/effect"
)

// Names that moved to other packages.

const ClassConfig = effect.ClassConfig                 // moved
const ClassExec = effect.ClassExec                     // moved
const ClassMedia = effect.ClassMedia                   // moved
const ClassNested = effect.ClassNested                 // moved
const ClassNone = effect.ClassNone                     // moved
const ClassOriginate = effect.ClassOriginate           // moved
const ClassRead = effect.ClassRead                     // moved
const ClassSecret = effect.ClassSecret                 // moved
const ClassStatus = effect.ClassStatus                 // moved
const KindAPI = effect.KindAPI                         // moved
const KindApp = effect.KindApp                         // moved
const KindChannel = effect.KindChannel                 // moved
const KindDial = effect.KindDial                       // moved
const KindDialplan = effect.KindDialplan               // moved
const KindFilter = effect.KindFilter                   // moved
const KindHandover = effect.KindHandover               // moved
const KindInject = effect.KindInject                   // moved
const KindInvalid = effect.KindInvalid                 // moved
const KindLog = effect.KindLog                         // moved
const KindOpaque = effect.KindOpaque                   // moved
const KindSubscribe = effect.KindSubscribe             // moved
const KindVar = effect.KindVar                         // moved
const LegA = effect.LegA                               // moved
const LegB = effect.LegB                               // moved
const LegOther = effect.LegOther                       // moved
const LegUnknown = effect.LegUnknown                   // moved
const Now = effect.Now                                 // moved
const Once = effect.Once                               // moved
const OpaqueDepth = effect.OpaqueDepth                 // moved
const OpaqueExpansion = effect.OpaqueExpansion         // moved
const OpaqueScript = effect.OpaqueScript               // moved
const OpaqueUnknownSyntax = effect.OpaqueUnknownSyntax // moved
const OpaqueWrapper = effect.OpaqueWrapper             // moved
const OriginationUUID = argument.OriginationUUID       // moved
const Repeating = effect.Repeating                     // moved
const SMSSubclass = catalog.SMSSubclass                // moved
const TypeChannel = argument.TypeChannel               // moved
const TypeFile = argument.TypeFile                     // moved
const TypeFolder = argument.TypeFolder                 // moved
const TypeNever = argument.TypeNever                   // moved
const TypeNumber = argument.TypeNumber                 // moved
const TypeText = argument.TypeText                     // moved
const TypeURI = argument.TypeURI                       // moved
const TypeURL = argument.TypeURL                       // moved
type Block = effect.Block                              // moved
type Catalog = catalog.Catalog                         // moved
type Class = effect.Class                              // moved
type Effect = effect.Effect                            // moved
type EffectKind = effect.Kind                          // moved
type EventForm = catalog.EventForm                     // moved
type Form = catalog.Form                               // moved
type Later = effect.Later                              // moved
type Leg = effect.Leg                                  // moved
type Module = catalog.Module                           // moved
type Protection = catalog.Protection                   // moved
type SecretPlace = catalog.SecretPlace                 // moved
type Span = argument.Span                              // moved
type Subcommand = catalog.Subcommand                   // moved
type TypeSet = argument.TypeSet                        // moved
var Argument = catalog.Argument                        // moved
var Builtin = catalog.Builtin                          // moved
var ChannelTokens = effect.ChannelTokens               // moved
var EventNames = catalog.EventNames                    // moved
var ExpansionVariable = argument.ExpansionVariable     // moved
var Expansions = argument.Expansions                   // moved
var FormOf = catalog.FormOf                            // moved
var InjectForm = catalog.InjectForm                    // moved
var Keywords = catalog.Keywords                        // moved
var ParseClass = effect.ParseClass                     // moved
var ParseLeg = effect.ParseLeg                         // moved
var Protections = catalog.Protections                  // moved
var SMSTokens = catalog.SMSTokens                      // moved
var Spellings = catalog.Spellings                      // moved
