// Package role compiles roles and decides by them.
//
// A [Role] is the compiled rules, limits and requirements of one role and of those that it
// includes. A [Set] is the roles that are in effect together, mostly those of one client: it
// decides whether an effect is allowed and by which rule (decide.go), which variables a leg must
// have and lacks (require.go), whether rules cover the expansions that an effect contains
// (expansion.go), and which rule comes nearest to an effect that none allows (near.go).
//
// # Requirements
//
// "require" of a role maps KIND or KIND NAME, which matches as in a deny, to one or an array of var
// originate NAME VALUE. The kind is dial, or an API or application that dials: then its own legs
// are meant. Each of the legs must have the variable, and all values that are set for it must fit,
// in whatever block of the dial string or argument they are ([command.Block]). The requirements of
// all roles of a client apply.
package role
