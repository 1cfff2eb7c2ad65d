"""The console: what people see in a browser. Server-rendered pages; reading and single actions work without JavaScript.

**What lives here.** :mod:`~adapters.web.console.language` (words, dates, numbers, money, order, in Turkish and English),
:mod:`~adapters.web.console.rendering` (templates become answers), :mod:`~adapters.web.console.assets` (style, fonts, scripts),
:mod:`~adapters.web.console.navigation` (what a page is, and the groups of the menu), ``pages/`` (one module a page),
``templates/``, ``static/``, ``locale/``.

**How a page is added.**

1. ``pages/<name>.py``: a ``router`` with its routes, and ``PAGE``, a :class:`~adapters.web.console.navigation.Page` with path,
   title, icon (a symbol of ``static/icons.svg``), group and the roles that see it. Its line in ``pages/__init__.py`` puts it
   into the menu and behind the sign-in.
2. ``templates/pages/<name>.html`` extends ``shell.html`` and fills ``block content``. Whatever is refreshed by itself is an
   element whose id is the name of the block in it (``<div id="results">{% block results %}…``): htmx asks for the page's own
   address, and :func:`~adapters.web.console.rendering.page` answers with the one block that it wants.
3. What is read stands as a query in ``adapters/database``; what is done goes through the same functions as the API's routes
   (:mod:`adapters.web.doors`), in the name ``ops/<user>``. A form is a plain ``POST`` with ``{{ csrf_field() }}`` that ends in
   :func:`~adapters.web.console.rendering.done`: a redirect with a word on top of the next page.
4. Every text is Turkish in the source, through gettext: ``{{ _("Gönderiler") }}`` or ``{% trans %}…{% endtrans %}``. Then
   ``make catalogues`` lists what is new in ``locale/en.po`` for you to translate. A test fails where a text is missing in
   English, where none asks for it any more, and where a template has text outside gettext.
5. Pages are in the tests' table of pages (``tests/console``), which looks at each in both languages, with axe, without
   JavaScript, and for requests that leave the host.

It may import all of ``adapters.web`` and ``adapters.database``; nothing outside imports it but ``adapters.web.app``.
"""
