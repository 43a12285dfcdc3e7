package dev.boardcast.gateway.autobahn;

import dev.boardcast.gateway.transport.EchoPorts;

/** Serves echoes for the suite itself: {@code <gateway's port> <HTTP port>}, until it is ended. */
final class EchoPortsMain {
  private EchoPortsMain() {}

  public static void main(String[] args) throws InterruptedException {
    int gateway = Integer.parseInt(args[0]);
    int http = Integer.parseInt(args[1]);
    try (var ports = new EchoPorts(AutobahnIT.config(), gateway, http)) {
      System.out.println("echoes at " + ports.gateway() + " and " + ports.http());
      Thread.currentThread().join();
    }
  }
}
