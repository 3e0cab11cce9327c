"""Who stands behind the desk."""

from segue import Person

agent = Person("service agent")
lead = Person("support lead")
