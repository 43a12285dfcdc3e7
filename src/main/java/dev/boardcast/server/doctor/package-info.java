/** Checks for operators: what is wrong, and how to mend it. */
package dev.boardcast.server.doctor;
