package dev.boardcast.lab.load;

/**
 * Counts of moves: a client whose node announced that it leaves opens another connection, resumes
 * there, and then closes the first.
 *
 * @param completed moves whose new connection was subscribed to all topics before the old one ended
 * @param notRecovered of all moves, those that were told {@code recovered: false} of a topic
 * @param late moves whose old connection ended before the new one was subscribed
 */
public record MoveTotals(int completed, int notRecovered, int late) {}
