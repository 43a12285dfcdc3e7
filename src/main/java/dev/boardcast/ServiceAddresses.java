package dev.boardcast;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.naming.Context;
import javax.naming.NameNotFoundException;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.directory.DirContext;
import javax.naming.directory.InitialDirContext;

/**
 * Looks up the addresses of a service's nodes in DNS, again each time: the resolver of the JVM
 * keeps answers for half a minute. Blocks. Thread safe.
 *
 * <p>The records A and AAAA of a name are addresses with one port for all. A name that begins with
 * an underscore is looked up as SRV, whose records name a port each.
 */
final class ServiceAddresses {
  private static final Path RESOLVER = Path.of("/etc/resolv.conf");
  private static final int MAX_ADDRESSES = 200;
  private static final int ASK_MILLIS = 1_000;
  private static final int TRIES = 2;
  private static final List<String> HOST_RECORDS = List.of("A", "AAAA");
  private static final List<String> SERVICE_RECORDS = List.of("SRV");

  private final String name;
  private final Optional<String> server;
  private final int port;

  /**
   * @param server {@code host:port} of the DNS server; that of the system if empty
   * @param port of addresses without one of their own
   */
  ServiceAddresses(String name, Optional<String> server, int port) {
    this.name = name;
    this.server = server;
    this.port = port;
  }

  /**
   * The addresses at this moment, at most 200.
   *
   * @return empty when there is no such name, or it has no addresses
   * @throws IOException when the server cannot be asked
   */
  Set<InetSocketAddress> lookUp() throws IOException {
    DirContext dns = null;
    try {
      dns = context();
      return isService() ? services(dns) : hosts(dns, name, port);
    } catch (NamingException unanswered) {
      throw new IOException("DNS: " + unanswered.getMessage(), unanswered);
    } finally {
      close(dns);
    }
  }

  private boolean isService() {
    return name.startsWith("_");
  }

  private DirContext context() throws NamingException {
    var environment = new Hashtable<String, String>();
    environment.put(Context.INITIAL_CONTEXT_FACTORY, "com.sun.jndi.dns.DnsContextFactory");
    // Without a server, those of the system.
    environment.put(Context.PROVIDER_URL, server.map(at -> "dns://" + at).orElse("dns:"));
    environment.put("com.sun.jndi.dns.timeout.initial", Integer.toString(ASK_MILLIS));
    environment.put("com.sun.jndi.dns.timeout.retries", Integer.toString(TRIES));
    return new InitialDirContext(environment);
  }

  private Set<InetSocketAddress> services(DirContext dns) throws NamingException {
    var found = new LinkedHashSet<InetSocketAddress>();
    for (String record : records(dns, name, SERVICE_RECORDS)) {
      // Priority, weight, port, target.
      String[] parts = record.split(" ");
      if (found.size() < MAX_ADDRESSES) {
        found.addAll(hosts(dns, parts[3], Integer.parseInt(parts[2])));
      }
    }
    return found;
  }

  private Set<InetSocketAddress> hosts(DirContext dns, String host, int hostPort)
      throws NamingException {
    var found = new LinkedHashSet<InetSocketAddress>();
    for (String address : records(dns, host, HOST_RECORDS)) {
      try {
        // A number: it is not looked up.
        found.add(new InetSocketAddress(InetAddress.getByName(address), hostPort));
      } catch (UnknownHostException impossible) {
        throw new IllegalStateException("no address: " + address, impossible);
      }
    }
    return found;
  }

  /** The records of the first name that has some, as the resolver of the system completes it. */
  private List<String> records(DirContext dns, String host, List<String> types)
      throws NamingException {
    for (String candidate : candidates(host)) {
      var found = new ArrayList<String>();
      // One by one: several at once would be asked for as ANY, which servers do not answer.
      for (String type : types) add(dns, candidate, type, found);
      if (!found.isEmpty()) return found;
    }
    return List.of();
  }

  private static void add(DirContext dns, String host, String type, List<String> found)
      throws NamingException {
    try {
      Attribute records = dns.getAttributes(host, new String[] {type}).get(type);
      for (int i = 0; records != null && i < records.size(); i++) {
        if (found.size() < MAX_ADDRESSES) found.add(records.get(i).toString());
      }
    } catch (NameNotFoundException unknown) {
      // Perhaps the next name is known.
    }
  }

  private List<String> candidates(String host) {
    if (host.endsWith(".") || server.isPresent()) return List.of(host);
    var names = new ArrayList<>(List.of(host));
    for (String domain : searched()) names.add(host + "." + domain);
    return names;
  }

  private static List<String> searched() {
    try {
      List<String> domains = new ArrayList<>();
      for (String line : Files.readAllLines(RESOLVER)) {
        if (line.startsWith("search ")) domains = List.of(line.substring(7).strip().split("\\s+"));
      }
      return domains;
    } catch (IOException unreadable) {
      return List.of();
    }
  }

  private static void close(DirContext dns) {
    if (dns == null) return;
    try {
      dns.close();
    } catch (NamingException ignored) {
      // Nothing was written.
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
