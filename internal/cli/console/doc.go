// Package console connects a subcommand to its user: the standard streams, colours and passwords on
// a terminal, errors with hints, exit statuses, and the signals that end the program.
//
// Much of what eslguard prints was written by others: by clients, or by anyone who can write to an
// audit. Such text goes through Shown, Bounded, QuoteJSON or EscapeJSON, so that it cannot send a
// terminal escape sequences, reverse the direction of the text or fill the screen.
package console
