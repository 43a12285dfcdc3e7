package dev.boardcast.bus;

import java.util.UUID;

/** Requests a {@link NodeReport} from every node. */
public record NodeReportRequest(UUID id) {}
