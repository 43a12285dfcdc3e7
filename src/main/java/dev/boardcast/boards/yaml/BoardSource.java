package dev.boardcast.boards.yaml;

import java.util.Optional;

/**
 * The table of an application that a board file counts.
 *
 * @param connection the name of a configured connection; empty for Boardcast's own database
 * @param table with or without its schema
 */
public record BoardSource(Optional<String> connection, String table) {}
