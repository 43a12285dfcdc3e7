package dev.boardcast.bus;

/** Asks one node to leave the cluster. */
public record LeaveRequest(String node) {}
