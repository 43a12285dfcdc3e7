package dev.boardcast.bus;

/** A user's team memberships have changed: sessions of that user are checked again. */
public record PrincipalChanged(String user) {}
