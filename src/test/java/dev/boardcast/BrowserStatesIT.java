package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.boardcast.testing.Axe;
import dev.boardcast.testing.Page;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Dialogs, errors and the signed-out state are accessible. */
@Timeout(180)
class BrowserStatesIT extends BrowserCase {
  @ParameterizedTest
  @ValueSource(strings = {"light", "dark"})
  void whoIsNotSignedInCanReadWhatIsSaid(String scheme) {
    Page page = seen(scheme);
    page.navigate(address("#/tasks"));
    page.await("document.querySelector('main').innerText.includes('Sign in to use tasks')");
    assertEquals("[]", Axe.violations(page));

    page.eval("document.querySelector('main button.main').click()");
    page.await("document.querySelector('dialog[open] textarea')");
    page.eval("document.querySelector('dialog textarea').value = 'no token'");
    page.eval("document.querySelector('dialog button.main').click()");
    page.await("document.querySelector('dialog [role=alert]').innerText.includes('not a token')");
    assertEquals("[]", Axe.violations(page));

    page.eval("document.querySelector('dialog').close()");
    page.eval("location.hash = '#/nowhere'");
    page.await("document.querySelector('main').innerText.includes('no such page')");
    assertEquals("[]", Axe.violations(page));
  }

  @ParameterizedTest
  @ValueSource(strings = {"light", "dark"})
  void dialogsOfWhoIsSignedInCanBeRead(String scheme) throws Exception {
    task(ANN, "Water the plants", "plants");
    Page page = seen(scheme);
    page.signIn(ANN);
    page.navigate(address("#/tasks"));
    page.await("document.querySelector('.task button[aria-label^=Share]')");
    page.eval("document.querySelector('.task button[aria-label^=Share]').click()");
    page.await("document.querySelector('dialog[open] #share')");
    assertEquals("[]", Axe.violations(page));

    page.eval("document.querySelector('dialog').close()");
    page.eval("document.querySelector('#tools button[title^=Signed]').click()");
    page.await("document.querySelector('dialog[open] #sign-in')");
    assertEquals("[]", Axe.violations(page));
  }

  @ParameterizedTest
  @ValueSource(strings = {"light", "dark"})
  void errorsAndTheEndOfAConnectionCanBeRead(String scheme) {
    Page page = seen(scheme);
    page.beforeEachDocument(
        "const real = fetch; window.fetch = (url, init) => String(url).includes('/history')"
            + " ? Promise.reject(new TypeError('cut off')) : real(url, init)");
    page.navigate(address("#/routing"));
    page.await("document.querySelectorAll('.failed').length === 6");
    page.await(PILL + ".dataset.state === 'live'");
    assertEquals("[]", Axe.violations(page));

    page.eval("import('/pages/live.js').then(({client}) => client.close())");
    page.await(PILL + ".innerText.includes('Disconnected')");
    assertEquals("bad", page.eval(PILL + ".dataset.tone").asText());
    assertEquals("[]", Axe.violations(page));
    page.eval(PILL + ".querySelector('button').click()");
    page.await(PILL + ".innerText.includes('Live')");
  }

  private Page seen(String scheme) {
    Page page = browser.page();
    page.setDisplay(scheme, 1280, 900);
    return page;
  }
}
