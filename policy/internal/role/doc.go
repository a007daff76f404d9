// Package role compiles roles and decides by them.
//
// A [Role] has the compiled rules, limits and requirements of one role and of the roles that it
// includes. A [Set] has the roles that are in effect together, mostly those of one client. It
// decides whether an effect is allowed and by which rule (decide.go), which required variables a
// leg lacks (require.go), whether rules cover the expansions that an effect contains
// (expansion.go), and which rule is nearest to an effect that no rule allows (near.go).
//
// # Decision
//
// A deny rule of any of the roles wins over every allow rule. An effect that no rule matches is
// denied. An opaque effect that only contains expansions is also allowed if allow rules spell all
// of these expansions and no deny rule could match what they become. Includes have no order: a role
// has its own rules and those of the roles that it includes.
//
// # Requirements
//
// "require" of a role maps KIND or KIND NAME, which matches as in a deny, to one or an array of
// "var originate NAME VALUE". The key names legs (the kind dial), or an API or application that
// dials, and then means the legs that it dials. Each of these legs must have the variable, and
// every value that is set for it must match, in whatever block of the dial string or argument it is
// ([effect.Block]). The requirements of all roles of a client apply.
package role
