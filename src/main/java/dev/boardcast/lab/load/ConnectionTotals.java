package dev.boardcast.lab.load;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;

/**
 * Counts of connections.
 *
 * @param opened connections on which all topics were subscribed
 * @param slowestConnect how long each stage of the slowest took; empty without any
 * @param timedOut handshakes that were not answered in time
 * @param abandoned connections that a client closed because nothing came on them
 * @param rejected attempts that did not get so far, by HTTP status or close code
 * @param closed connections that got so far, by close code
 * @param errors messages of type {@code error}, by code
 */
record ConnectionTotals(
    int opened,
    @JsonProperty("slowest") String slowestConnect,
    int timedOut,
    @JsonProperty("given_up") int abandoned,
    @JsonProperty("refused") Map<Integer, Integer> rejected,
    @JsonProperty("ended") Map<Integer, Integer> closed,
    Map<String, Integer> errors) {}
