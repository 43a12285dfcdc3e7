/**
 * Tables of applications as facts of boards.
 *
 * <p>Triggers append signed changes to a change table: −1 takes back what a row was, +1 adds what
 * it is. In Boardcast's own database the change table is the fact table. From another database,
 * changes are moved into a fact table of the same shape. The rows of a source are the sum of its
 * facts, at every snapshot; whatever may have passed the triggers is found by a count of all rows,
 * which adds the facts by which the two differ.
 *
 * <p>JDBC, on threads of its own: rows are streamed between servers with COPY.
 */
package dev.boardcast.sources;
