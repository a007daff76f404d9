// Package auditcmd is "eslguard audit": the subcommands that verify, show, replay, try and export
// what a guard has recorded, and that make keys for it.
//
// What a record says may be hostile: clients wrote its texts, and anyone who can write to the
// folder can write anything. So every text of a record goes through console.Shown or
// console.EscapeJSON before it is printed.
package auditcmd
