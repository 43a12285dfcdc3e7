package dev.boardcast.lab.load;

import java.util.Map;

/**
 * What became of lines.
 *
 * @param opened lines on which all topics were followed
 * @param timedOut handshakes that were not answered in time
 * @param givenUp lines that an alert client gave up because they were silent
 * @param refused tries that did not get so far, by HTTP status or close code
 * @param ended lines that got so far, by close code
 * @param errors messages of type {@code error}, by code
 */
record ConnectionTotals(
    int opened,
    int timedOut,
    int givenUp,
    Map<Integer, Integer> refused,
    Map<Integer, Integer> ended,
    Map<String, Integer> errors) {}
