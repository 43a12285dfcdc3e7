package dev.boardcast.bus;

/** A gateway that takes connections. Silent for some seconds means gone. */
public record GatewayBeacon(String node, String host, int port) {}
