/**
 * Opens a dialog with a form, and does the work with what is entered. Resolves with what the work gave, or undefined where the
 * dialog was closed without. What goes wrong is said in the dialog; an error that is `final` closes it and is thrown.
 */
export function askIn(dialog, isFinal, work) {
  const form = dialog.querySelector('form');
  const problem = form.querySelector('.problem');
  const setBusy = (busy) => {
    for (const button of form.querySelectorAll('button')) button.disabled = busy;
    // What is under way is not taken back by closing the dialog.
    dialog.oncancel = busy ? (event) => event.preventDefault() : null;
  };
  form.reset();
  problem.textContent = '';
  return new Promise((resolve, reject) => {
    form.onsubmit = async (event) => {
      event.preventDefault();
      const entered = Object.fromEntries(new FormData(form, event.submitter));
      problem.textContent = '';
      setBusy(true);
      try {
        resolve(await work(entered));
        dialog.close();
      } catch (error) {
        if (isFinal(error)) {
          reject(error);
          return dialog.close();
        }
        problem.textContent = error.message;
        form.elements.password.select();
      } finally {
        setBusy(false);
      }
    };
    form.querySelector('.cancel').onclick = () => dialog.close();
    dialog.onclose = () => resolve(undefined);
    dialog.showModal();
  });
}
