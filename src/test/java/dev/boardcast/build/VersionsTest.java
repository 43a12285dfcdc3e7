package dev.boardcast.build;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.hazelcast.instance.BuildInfoProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/**
 * Libraries and plugins are the newest known ones, or the record says why not. Needs no network:
 * {@code mvn -Pversions validate} looks for newer ones.
 */
class VersionsTest {
  private static final Path RECORD = Path.of("src/test/resources/build/versions.txt");
  private static final Pattern LINE = Pattern.compile("(\\S+:\\S+) (\\S+)(?: held (\\S+): \\S.*)?");
  private static final Pattern PROPERTY = Pattern.compile("\\$\\{([^}]+)}");

  private record Known(String newest, String held) {}

  @Test
  void everyVersionIsTheNewestKnownOrHeldForAReason() throws Exception {
    Map<String, Known> known = known();
    var named = named();
    named.put("com.hazelcast:hazelcast", BuildInfoProvider.getBuildInfo().getVersion());
    var wrong = new ArrayList<String>();
    named.forEach(
        (artifact, version) -> {
          Known one = known.get(artifact);
          if (one == null) {
            wrong.add(artifact + " " + version + " is not in the record");
          } else if (one.held() == null && !version.equals(one.newest())) {
            wrong.add(artifact + " " + version + ", the newest known is " + one.newest());
          } else if (one.held() != null && !version.equals(one.held())) {
            wrong.add(artifact + " " + version + " is not the version that the record holds");
          }
        });
    known.keySet().stream()
        .filter(artifact -> !named.containsKey(artifact))
        .forEach(artifact -> wrong.add(artifact + " is in the record and not in pom.xml"));
    assertEquals(List.of(), wrong);
  }

  @Test
  void whatIsHeldBackIsListed() throws IOException {
    List<String> lines = Files.readAllLines(RECORD);
    String looked = lines.stream().filter(line -> line.startsWith("looked ")).findFirst().get();
    LocalDate.parse(looked.substring("looked ".length()));
    var held = lines.stream().filter(line -> line.contains(" held ")).toList();
    System.out.println("Held back, " + looked + ":\n  " + String.join("\n  ", held));
    assertFalse(held.isEmpty());
  }

  private static Map<String, Known> known() throws IOException {
    var known = new TreeMap<String, Known>();
    for (String line : Files.readAllLines(RECORD)) {
      if (line.isBlank() || line.startsWith("#") || line.startsWith("looked ")) continue;
      var parts = LINE.matcher(line);
      if (!parts.matches()) throw new AssertionError("not a line of the record: " + line);
      known.put(parts.group(1), new Known(parts.group(2), parts.group(3)));
    }
    return known;
  }

  /** Every artifact with a version in {@code pom.xml}. */
  private static Map<String, String> named() throws Exception {
    var pom =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(Path.of("pom.xml").toFile());
    var properties = new HashMap<String, String>();
    for (Element each : children(child(pom.getDocumentElement(), "properties"))) {
      properties.put(each.getTagName(), each.getTextContent());
    }
    var named = new TreeMap<String, String>();
    var artifacts = pom.getElementsByTagName("artifactId");
    for (int i = 0; i < artifacts.getLength(); i++) {
      var of = (Element) artifacts.item(i).getParentNode();
      Element version = child(of, "version");
      if (version == null || of == pom.getDocumentElement()) continue;
      Element group = child(of, "groupId");
      String prefix = group == null ? "org.apache.maven.plugins" : group.getTextContent();
      named.put(
          prefix + ":" + artifacts.item(i).getTextContent(),
          resolve(version.getTextContent(), properties));
    }
    // Configured by an element of its own.
    var formatter = (Element) pom.getElementsByTagName("googleJavaFormat").item(0);
    named.put(
        "com.google.googlejavaformat:google-java-format",
        child(formatter, "version").getTextContent());
    return named;
  }

  private static String resolve(String version, Map<String, String> properties) {
    return PROPERTY
        .matcher(version)
        .replaceAll((MatchResult name) -> properties.get(name.group(1)));
  }

  private static Element child(Element of, String name) {
    return children(of).stream()
        .filter(each -> each.getTagName().equals(name))
        .findFirst()
        .orElse(null);
  }

  private static List<Element> children(Element of) {
    var children = new ArrayList<Element>();
    for (Node each = of.getFirstChild(); each != null; each = each.getNextSibling()) {
      if (each instanceof Element element) children.add(element);
    }
    return children;
  }
}
