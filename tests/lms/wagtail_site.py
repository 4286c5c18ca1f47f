"""A Wagtail site with one course of one lesson, run by the environment of wagtail-lms.

Usage: wagtail_site.py FOLDER PACKAGE PORT LEARNER ...

What its learners need is written to FOLDER/made.json.
"""

import json
import sys
from pathlib import Path

import django
from django.conf import settings

folder, package, port, *learners = sys.argv[1:]
FOLDER = Path(folder)
APPS = """
django.contrib.auth django.contrib.contenttypes django.contrib.sessions django.contrib.messages
django.contrib.staticfiles modelcluster taggit wagtail.documents wagtail.images wagtail.search
wagtail.users wagtail.snippets wagtail.admin wagtail wagtail_lms
"""
MIDDLEWARE = """
django.contrib.sessions.middleware.SessionMiddleware
django.contrib.auth.middleware.AuthenticationMiddleware
django.contrib.messages.middleware.MessageMiddleware
"""
BASE = "<!doctype html><title>LMS</title>{% block content %}{% endblock %}"
settings.configure(
    DEBUG=True,
    SECRET_KEY="of a test",
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=APPS.split(),
    MIDDLEWARE=MIDDLEWARE.split(),
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": FOLDER / "lms.sqlite3"}},
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                ],
                "loaders": [
                    ("django.template.loaders.locmem.Loader", {"base.html": BASE}),
                    "django.template.loaders.app_directories.Loader",
                ],
            },
        }
    ],
    MEDIA_ROOT=FOLDER / "media",
    STATIC_URL="/static/",
    WAGTAIL_SITE_NAME="LMS",
    WAGTAILADMIN_BASE_URL=f"http://127.0.0.1:{port}",
    WAGTAIL_LMS_AUTO_ENROLL=True,
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    USE_TZ=True,
)
django.setup()

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.auth.models import User  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.core.files import File  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.urls import include, path  # noqa: E402
from wagtail import urls as pages  # noqa: E402
from wagtail.admin import urls as admin  # noqa: E402
from wagtail.models import Page  # noqa: E402
from wagtail_lms.models import CoursePage, SCORMLessonPage, SCORMPackage  # noqa: E402

urlpatterns = [
    path("admin/", include(admin)),
    path("lms/", include("wagtail_lms.urls")),
    path("", include(pages)),
]


def session_of(name: str) -> str:
    """Return the session of a learner who has signed in."""
    user = User.objects.create_user(name, password=name)
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return session.session_key


if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    course = Page.objects.get(depth=2).add_child(instance=CoursePage(title="Codes", slug="codes"))
    with open(package, "rb") as file:
        held = SCORMPackage(title="Codes", package_file=File(file, name="lesson.zip"))
        held.save()
    lesson = SCORMLessonPage(title="A lesson", slug="a-lesson", scorm_package=held)
    course.add_child(instance=lesson)
    made = {"lesson": lesson.pk, "sessions": {name: session_of(name) for name in learners}}
    (FOLDER / "made.json").write_text(json.dumps(made))
    call_command("runserver", f"127.0.0.1:{port}", "--noreload", "--insecure")
