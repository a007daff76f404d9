// Package role compiles roles and decides by them.
//
// A [Role] is the compiled rules, limits and requirements of one role and of those that it includes.
// A [Set] is the roles that are in effect together, mostly those of one client: it decides whether
// an effect is allowed and by which rule (decide.go), which variables a leg must have and lacks
// (require.go), whether rules cover the expansions that an effect contains (expansion.go), and
// which rule comes nearest to an effect that none allows (near.go).
package role
