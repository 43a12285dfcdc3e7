/**
 * Boards that are written as YAML files, without Java.
 *
 * <p>The SQL of a file is restricted in four ways. It is one statement, because it is prepared as a
 * part of one. At the start it must form a view, which cannot write, and must not call volatile
 * functions. It runs in a read-only subtransaction. Its time, rows and bytes are limited. It may
 * read everything that Boardcast's database user may read.
 */
package dev.boardcast.boards.yaml;
