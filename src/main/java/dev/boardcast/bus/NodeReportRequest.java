package dev.boardcast.bus;

import java.util.UUID;

/** Every node is asked for a {@link NodeReport}. */
public record NodeReportRequest(UUID id) {}
