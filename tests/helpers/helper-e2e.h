/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <signal.h>

G_BEGIN_DECLS

/* For tests that start the real programs and use them as a person does: they
 * read the windows through the accessibility bus, and work them through it,
 * the keyboard and the mouse.  Such a test runs in tests/with-display.sh.
 *
 * The bus is asked anew each time: GTK does not send every event that a copy of
 * the tree would have to follow.
 *
 * What GTK 4.8 tells there, found by trying (tests/e2e/test-e2e-harness.c):
 *
 *  - Hidden widgets are not among their parent's children.  Those on a page of a
 *    stack that was never shown are, with an empty extent; a page that was shown
 *    and left keeps its extent, so ask for a page only when it is selected.
 *  - Only windows have the state SHOWING.  VISIBLE and SENSITIVE are right, also
 *    for a button whose action is disabled, though not inherited from a parent.
 *  - Role names: "button", "switch", "slider", "text box" (entry and text view),
 *    "label", "list", "list item", "tab" (stack switcher and notebook), "tree grid",
 *    "row", "grid cell", "combo box", "dialog", "window", "menu item".
 *  - A button with a mnemonic is named "_Say Hello Say Hello"; here that counts
 *    as "Say Hello".  A menu button is a button inside a button, and the inner
 *    one can be clicked.  The tabs of a notebook are all named "Tab".
 *  - The text of a label is in the interface Text, where -1 does not mean the
 *    end: ask CharacterCount; more than that is read from beyond the text.  Its
 *    name is its text too.  An accessible name given to a label is lost when
 *    its text changes, so name the box around it.
 *  - GtkButton, GtkSwitch, GtkEntry, GtkExpander: the action 0 clicks, toggles
 *    or activates, as long as the widget itself is visible and sensitive, shown
 *    or not.  A button does it 250 ms later.  Items of a popover menu have no action: use e2e_activate(), which
 *    goes to the program's own actions, or e2e_click_at().
 *  - GtkTextView, GtkEntry and GtkSpinButton can be set (EditableText), a
 *    GtkScale and a GtkSpinButton too (Value).
 *  - GrabFocus is not there; the mouse gives a widget the keyboard.
 *  - Extents are relative to the window.  To ask for those on the screen makes
 *    the program warn. */

/* How long anything may take before a test gives up; the machine may be busy. */
#define E2E_TIMEOUT_MS 60000

typedef struct _E2eProgram E2eProgram;
typedef struct _E2eNode    E2eNode;     /* belongs to its program; good until e2e_tear_down() */

void        e2e_init               (int            *argc,
                                    char         ***argv);
void        e2e_set_up             (void);
void        e2e_tear_down          (void);

/* Programs */
E2eProgram *e2e_start              (const char     *path,
                                    ...) G_GNUC_NULL_TERMINATED;
E2eProgram *e2e_startv             (const char * const *argv);
E2eProgram *e2e_adopt              (pid_t           pid);
pid_t       e2e_get_pid            (E2eProgram     *program);
gboolean    e2e_is_running         (E2eProgram     *program);
void        e2e_signal             (E2eProgram     *program,
                                    int             signal_number);
int         e2e_wait_exit          (E2eProgram     *program);
int         e2e_end                (E2eProgram     *program);
char       *e2e_dup_output         (E2eProgram     *program);
char       *e2e_dup_errors         (E2eProgram     *program);
gboolean    e2e_output_has         (E2eProgram     *program,
                                    const char     *words);
gboolean    e2e_errors_have        (E2eProgram     *program,
                                    const char     *words);
void        e2e_forgive_gtk        (void);
gboolean    e2e_stumbled_in_gtk    (E2eProgram     *program);
guint       e2e_get_frames         (E2eProgram     *program,
                                    guint          *n_quiet_s);
void        e2e_activate           (E2eProgram     *program,
                                    const char     *action,
                                    const char     *argument);

/* Reading */
E2eNode    *e2e_find               (E2eProgram     *program,
                                    const char     *role,
                                    const char     *name);
E2eNode    *e2e_find_below         (E2eNode        *node,
                                    const char     *role,
                                    const char     *name);
E2eNode    *e2e_get                (E2eProgram     *program,
                                    const char     *role,
                                    const char     *name);
gboolean    e2e_shows              (E2eProgram     *program,
                                    const char     *pattern);
char       *e2e_dup_texts          (E2eProgram     *program);
char       *e2e_dup_texts_below    (E2eNode        *node);
char       *e2e_dup_name           (E2eNode        *node);
char       *e2e_dup_text           (E2eNode        *node);
gboolean    e2e_text_is            (E2eNode        *node,
                                    const char     *pattern);
double      e2e_get_value          (E2eNode        *node);
gboolean    e2e_is_sensitive       (E2eNode        *node);
gboolean    e2e_is_checked         (E2eNode        *node);
gboolean    e2e_is_focused         (E2eNode        *node);
gboolean    e2e_is_selected        (E2eNode        *node);
gboolean    e2e_has_row            (E2eProgram     *program,
                                    const char     *pattern);

/* Working */
void        e2e_click              (E2eNode        *node);
void        e2e_click_button       (E2eProgram     *program,
                                    const char     *name);
void        e2e_click_at           (E2eNode        *node);
void        e2e_set_text           (E2eNode        *node,
                                    const char     *text);
void        e2e_set_value          (E2eNode        *node,
                                    double          value);
void        e2e_focus              (E2eProgram     *program);
void        e2e_focus_node         (E2eNode        *node);
void        e2e_select_row         (E2eNode        *node);
void        e2e_choose             (E2eProgram     *program,
                                    const char     *name,
                                    const char     *mnemonic,
                                    const char     *pattern);
void        e2e_type               (const char     *text);
void        e2e_key                (const char     *combination);
void        e2e_screenshot         (const char     *name);

/* Waiting: no test sleeps and hopes.  After the first failure of a test the
 * rest of it does not wait any more. */
gint64      e2e_deadline           (gint64          timeout_ms);
gboolean    e2e_not_yet            (gint64          deadline);
void        e2e_fail               (const char     *format,
                                    ...) G_GNUC_PRINTF (1, 2);

/**
 * E2E_WAIT_MS:
 * @condition: an expression that becomes true
 * @timeout_ms: milliseconds until the test fails
 *
 * Waits for a condition by trying it again and again.
 */
#define E2E_WAIT_MS(condition, timeout_ms) \
  G_STMT_START { \
    gint64 deadline_ = e2e_deadline (timeout_ms); \
    while (!(condition)) \
      if (!e2e_not_yet (deadline_)) \
        { \
          e2e_fail ("%s:%d: waited in vain for: %s", __FILE__, __LINE__, #condition); \
          break; \
        } \
  } G_STMT_END

#define E2E_WAIT(condition) E2E_WAIT_MS (condition, E2E_TIMEOUT_MS)

G_END_DECLS
