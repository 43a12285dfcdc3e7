/**
 * Boards that an operator writes as files, without Java.
 *
 * <p>What a file's SQL may do is bounded four times: it is one statement, for it is prepared inside
 * of another; at the start it is made a view, which cannot change data, and one that calls a
 * volatile function is refused; it runs in a subtransaction that is read-only and cannot become
 * anything else; and its time, its rows and its bytes are limited. It may read whatever Boardcast
 * itself may read.
 */
package dev.boardcast.boards.yaml;
