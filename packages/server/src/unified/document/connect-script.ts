/**
 * The script of the `/connect` page: reads the invitation from the fragment and drops it from the address bar, builds the form
 * from what the validate call answers, sends it, and tells what came of it. Text is only ever set as text, never as markup.
 */

/** Plain JavaScript as it is sent. It has no closing script tag in it, and no backslash that a template would eat. */
export const CONNECT_SCRIPT = `
'use strict';
(() => {
  const token = location.hash.slice(1);
  history.replaceState(null, '', location.pathname);
  const byId = id => document.getElementById(id);
  const form = byId('form');
  const status = byId('status');
  const fields = [];

  const tell = (text, kind) => {
    status.textContent = text;
    status.className = kind || '';
  };

  const call = async (method, path, body) => {
    const headers = { 'X-CONNECTION-INVITE-TOKEN': token };
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    const options = { method, headers, credentials: 'omit', cache: 'no-store', redirect: 'error' };
    if (body !== undefined) options.body = JSON.stringify(body);
    const response = await fetch(path, options);
    const answer = await response.json().catch(() => ({}));
    if (!response.ok) throw new Error(answer.detail || 'The server answered with ' + response.status + '.');
    return answer;
  };

  const add = (parent, tag, properties) => {
    const element = Object.assign(document.createElement(tag), properties);
    parent.append(element);
    return element;
  };

  const addField = (parent, path, schema, label, secret) => {
    const id = path.join('-');
    const box = add(parent, 'div', { className: 'field' });
    add(box, 'label', { htmlFor: id, textContent: label });
    const isList = schema.type === 'array';
    const hint = [schema.description, isList ? 'One on each line.' : ''].filter(Boolean).join('. ');
    if (hint) add(box, 'p', { className: 'hint', id: id + '-hint', textContent: hint });
    let input;
    if (schema.enum) {
      input = add(box, 'select', { id });
      for (const value of ['', ...schema.enum]) add(input, 'option', { value, textContent: value || 'any' });
    } else if (isList) {
      input = add(box, 'textarea', { id, rows: 2 });
    } else {
      const type = secret ? 'password' : schema.format === 'date' ? 'date' : 'text';
      input = add(box, 'input', { id, type, autocomplete: 'off', spellcheck: false, required: secret });
    }
    if (hint) input.setAttribute('aria-describedby', id + '-hint');
    fields.push({ path, input, isList });
  };

  const labelOf = name => {
    const words = name.split('_').join(' ');
    return words.charAt(0).toUpperCase() + words.slice(1);
  };

  const build = invite => {
    const { credentials, options } = invite.dataSchema.properties;
    byId('title').textContent = 'Connect ' + invite.vendorName;
    byId('intro').textContent = invite.organizationName + ' asks you for read access to your ' + invite.vendorName + ' account. ';
    const help = { href: invite.docsUrl, textContent: 'How to get a token', rel: 'noreferrer noopener', target: '_blank' };
    add(byId('intro'), 'a', help);
    for (const [name, schema] of Object.entries(credentials.properties)) {
      addField(form, ['credentials', name], schema, name === 'username' ? 'Company API token' : labelOf(name), true);
    }
    const more = add(form, 'details', {});
    add(more, 'summary', { textContent: 'Limit what is read (optional)' });
    for (const [name, schema] of Object.entries(options.properties)) {
      addField(more, ['options', name], schema, labelOf(name), false);
    }
    const button = add(form, 'button', { type: 'submit', textContent: 'Connect' });
    form.hidden = false;
    form.addEventListener('submit', event => {
      event.preventDefault();
      send(invite, button);
    });
  };

  const bodyOf = () => {
    const body = {};
    for (const { path: [group, name], input, isList } of fields) {
      const text = input.value.trim();
      if (text === '') continue;
      body[group] = body[group] || {};
      body[group][name] = isList ? text.split(String.fromCharCode(10)).map(line => line.trim()).filter(Boolean) : text;
    }
    return body;
  };

  const send = async (invite, button) => {
    button.disabled = true;
    tell('Trying the token with ' + invite.vendorName + '...');
    const path = '/v1/provisioning/organizations/' + encodeURIComponent(invite.organizationId) + '/connections';
    try {
      if (invite.connectionId === null) await call('POST', path, { vendor: invite.vendor, ...bodyOf() });
      else await call('PATCH', path + '/' + encodeURIComponent(invite.connectionId), bodyOf());
      form.remove();
      tell('Connected. You can close this page.', 'good');
    } catch (error) {
      button.disabled = false;
      tell(error.message, 'bad');
      fields[0].input.focus();
    }
  };

  call('POST', '/v1/provisioning/connection-invite-token/validate').then(build, error => {
    byId('intro').textContent = 'This invitation cannot be used.';
    tell(error.message, 'bad');
  });
})();
`;
