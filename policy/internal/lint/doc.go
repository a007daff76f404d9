// Package lint warns of what is probably not meant in a policy that can be used.
//
// [Rule] looks at one rule as it is compiled: at what it allows or denies more, or less, than it
// looks like, and at names that FreeSWITCH does not have. [Policy.Warnings] looks at the rules that
// are in effect together, at clients and at tests: rules that a deny cancels, denies that a rule
// beside them gets around, limits and requirements on what nothing allows, numbers that may be
// dialled without a limit, trunks that can be connected to each other, passwords that expire.
package lint
