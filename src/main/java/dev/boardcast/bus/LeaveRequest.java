package dev.boardcast.bus;

/** One node is told to leave. */
public record LeaveRequest(String node) {}
