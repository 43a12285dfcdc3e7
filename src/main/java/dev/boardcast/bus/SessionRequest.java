package dev.boardcast.bus;

import java.util.UUID;

/**
 * Requests a {@link SessionList} from every node, or from one. Criteria that are not given are
 * null.
 *
 * @param node the only node that has to answer
 * @param after the session after which the list begins, in the order of session ids
 * @param limit the greatest number of sessions in an answer
 * @param ends a session to end: the answer contains it if the node had it, and nothing else
 */
public record SessionRequest(
    UUID id,
    @CanBeNull String node,
    @CanBeNull String user,
    @CanBeNull String topic,
    @CanBeNull String after,
    int limit,
    @CanBeNull String ends) {}
